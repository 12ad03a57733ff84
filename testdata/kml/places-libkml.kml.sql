PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "places-libkml" ("id" TEXT, "folder" TEXT, "name" TEXT, "pop" INTEGER, "founded" TEXT, "note" TEXT, "geometry" TEXT, "longitude" REAL, "latitude" REAL);
INSERT INTO "places-libkml" VALUES('places.1','places','Bern',133115,'1191/01/01','on the Aare & old','{"type":"Point","coordinates":[7.447,46.948,0]}',7.447,46.948);
INSERT INTO "places-libkml" VALUES('places.2','places','Genève',203856,NULL,NULL,'{"type":"Point","coordinates":[6.143,46.204,0]}',6.143,46.204);
INSERT INTO "places-libkml" VALUES('places.3','places','Zürich "ZH"',421878,'0853/07/21','x < y','{"type":"Point","coordinates":[8.541,47.376,0]}',8.541,47.376);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('places-libkml.kml',NULL,'23b3230a3c2b555a108a8cdd22b21f53ee95adbf49cd7120e3a926f674b2fd28',1718,'kml','utf-8',NULL,3,0,NULL);
COMMIT;
