PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-polylinem" ("geometry" TEXT, "measures" TEXT);
INSERT INTO "bostock-polylinem" VALUES('{"type":"LineString","coordinates":[[0,0],[5,5],[10,10]]}','[0,5,10]');
INSERT INTO "bostock-polylinem" VALUES('{"type":"LineString","coordinates":[[15,15],[20,20],[25,25]]}','[15,20,25]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-polylinem.shp',NULL,'c3f19e082029eecd4ed2f0450356e7093a2bfd61f6e36f50e0cc65f1cdf797f4',388,'shapefile',NULL,NULL,2,0,'[{"code":"attributes-missing","severity":"loss","message":"there is no .dbf file beside the shapes, so that they have no attributes","count":1},{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1}]');
COMMIT;
