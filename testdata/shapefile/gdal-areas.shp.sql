PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "gdal-areas" ("name" TEXT, "n" INTEGER, "r" REAL, "geometry" TEXT);
INSERT INTO "gdal-areas" VALUES('Zürich',1,1.5,'{"type":"Polygon","coordinates":[[[8,47],[9,47],[9,48],[8,48],[8,47]],[[8.2,47.2],[8.2,47.4],[8.4,47.4],[8.4,47.2],[8.2,47.2]],[[8.6,47.6],[8.6,47.8],[8.8,47.8],[8.8,47.6],[8.6,47.6]]]}');
INSERT INTO "gdal-areas" VALUES(NULL,NULL,NULL,'{"type":"MultiPolygon","coordinates":[[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[2,8],[8,8],[8,2],[2,2]]],[[[3,3],[7,3],[7,7],[3,7],[3,3]],[[4,4],[4,5],[5,5],[5,4],[4,4]]],[[[20,0],[21,0],[21,1],[20,0]]]]}');
INSERT INTO "gdal-areas" VALUES('nowhere',3,-0.001,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('gdal-areas.shp',NULL,'bf193d0ae6f73405c2b083a08bc45995bb32e4ade0a260149dbab521631a7067',872,'shapefile','utf-8','crs=GCS_WGS_1984',3,0,'[{"code":"number-asterisks","severity":"note","message":"asterisks, which stand for no number, or for one that did not fit into its field, are NULL","table":"gdal-areas","column":"n","row":2,"count":1,"example":"*********"},{"code":"number-asterisks","severity":"note","message":"asterisks, which stand for no number, or for one that did not fit into its field, are NULL","table":"gdal-areas","column":"r","row":2,"count":1,"example":"************************"}]');
COMMIT;
