PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bostock-mixed-properties" ("foo" INTEGER, "bar" TEXT, "geometry" TEXT, "longitude" REAL, "latitude" REAL);
INSERT INTO "bostock-mixed-properties" VALUES(NULL,NULL,'{"type":"Point","coordinates":[1,2]}',1.0,2.0);
INSERT INTO "bostock-mixed-properties" VALUES(42,NULL,'{"type":"Point","coordinates":[3,4]}',3.0,4.0);
INSERT INTO "bostock-mixed-properties" VALUES(NULL,'blue','{"type":"Point","coordinates":[7,8]}',7.0,8.0);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bostock-mixed-properties.shp',NULL,'df1d622486acda432504dc1b12e0da1eaecfb54e1bbd6f9e7383123feaf2a593',184,'shapefile','utf-8','crs=GCS_WGS_1984',3,0,'[{"code":"number-asterisks","severity":"note","message":"asterisks, which stand for no number, or for one that did not fit into its field, are NULL","table":"bostock-mixed-properties","column":"foo","row":1,"count":2,"example":"**********"}]');
COMMIT;
