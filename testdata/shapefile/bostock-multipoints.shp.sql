PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-multipoints" ("FID" INTEGER, "geometry" TEXT);
INSERT INTO "bostock-multipoints" VALUES(0,'{"type":"MultiPoint","coordinates":[[1,2],[3,4],[5,6],[7,8],[9,10]]}');
INSERT INTO "bostock-multipoints" VALUES(1,'{"type":"MultiPoint","coordinates":[[11,12],[13,14],[15,16],[17,18],[19,20]]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-multipoints.shp',NULL,'7cd365dd8fc211aee3f816ddf6251ec78ed0be8678cc47a7107e6838a37bcf38',356,'shapefile','utf-8','crs=GCS_WGS_1984',2,0,NULL);
COMMIT;
