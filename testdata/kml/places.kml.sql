PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "places" ("folder" TEXT, "name" TEXT, "pop" INTEGER, "founded" TEXT, "note" TEXT, "geometry" TEXT, "longitude" REAL, "latitude" REAL);
INSERT INTO "places" VALUES('places','Bern',133115,'1191/01/01','on the Aare & old','{"type":"Point","coordinates":[7.447,46.948]}',7.447,46.948);
INSERT INTO "places" VALUES('places','Genève',203856,NULL,'','{"type":"Point","coordinates":[6.143,46.204]}',6.143,46.204);
INSERT INTO "places" VALUES('places','Zürich "ZH"',421878,'0853/07/21','x < y','{"type":"Point","coordinates":[8.541,47.376]}',8.541,47.376);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('places.kml',NULL,'1c4bd402a1cd51584560292c1844dcba01c3066e6f6135eb50f045f7cf695c34',1347,'kml','utf-8',NULL,3,0,NULL);
COMMIT;
