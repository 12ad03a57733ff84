PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-multipointm" ("geometry" TEXT, "measures" TEXT);
INSERT INTO "bostock-multipointm" VALUES('{"type":"MultiPoint","coordinates":[[10,10],[5,5],[0,10]]}','[100,50,75]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-multipointm.shp',NULL,'6500931e56ae3d9eaaab2b9332d359b0b385bef04a74c9cf98735dc925d2faf8',236,'shapefile',NULL,NULL,1,0,'[{"code":"attributes-missing","severity":"loss","message":"there is no .dbf file beside the shapes, so that they have no attributes","count":1},{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1}]');
COMMIT;
