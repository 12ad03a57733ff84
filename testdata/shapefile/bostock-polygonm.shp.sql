PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-polygonm" ("geometry" TEXT, "measures" TEXT);
INSERT INTO "bostock-polygonm" VALUES('{"type":"Polygon","coordinates":[[[0,0],[5,0],[5,5],[0,5],[0,0]]]}','[[0,15,10,5,0]]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-polygonm.shp',NULL,'69a52156f868997b6b4e27a231d7d9c3da29b9d4f801847aa79e3b5144ac5d63',292,'shapefile',NULL,NULL,1,0,'[{"code":"attributes-missing","severity":"loss","message":"there is no .dbf file beside the shapes, so that they have no attributes","count":1},{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1}]');
COMMIT;
