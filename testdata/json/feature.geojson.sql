PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "feature" ("a" TEXT, "geometry" TEXT, "longitude" INTEGER, "latitude" INTEGER);
INSERT INTO "feature" VALUES('{"b":1}','{"type":"Point","coordinates":[1,2]}',1,2);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('feature.geojson',NULL,'0254ffcbf5faf542e889315dfb76df5f747606fb1a10f08894435e386fbc20c7',94,'geojson','utf-8','shape=GeoJSON feature',1,0,NULL);
COMMIT;
