PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-pointm" ("geometry" TEXT, "x" REAL, "y" REAL, "measure" REAL);
INSERT INTO "bostock-pointm" VALUES('{"type":"Point","coordinates":[10,10]}',10.0,10.0,100.0);
INSERT INTO "bostock-pointm" VALUES('{"type":"Point","coordinates":[5,5]}',5.0,5.0,50.0);
INSERT INTO "bostock-pointm" VALUES('{"type":"Point","coordinates":[0,10]}',0.0,10.0,75.0);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-pointm.shp',NULL,'1513558fd0e0d01d92ab8df5b1b0189ec4280d11f5e3f53f4e02854745bd4322',208,'shapefile',NULL,NULL,3,0,'[{"code":"attributes-missing","severity":"loss","message":"there is no .dbf file beside the shapes, so that they have no attributes","count":1},{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1}]');
COMMIT;
