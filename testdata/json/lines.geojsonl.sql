PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "lines" ("a" INTEGER, "geometry" TEXT, "longitude" INTEGER, "latitude" INTEGER);
INSERT INTO "lines" VALUES(1,'{"type":"Point","coordinates":[1,2]}',1,2);
INSERT INTO "lines" VALUES(2,'{"type":"Point","coordinates":[3,4]}',3,4);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('lines.geojsonl',NULL,'f4aacc58660b750248e152c3eb45628b13c1ab5c1717323c4d37909eeed3b533',176,'geojson','utf-8','shape=GeoJSON features, one a line (NDJSON)',2,0,NULL);
COMMIT;
