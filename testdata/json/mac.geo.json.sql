PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "mac.geo" ("cca2" TEXT, "geometry" TEXT);
INSERT INTO "mac.geo" VALUES('mo','{"type":"Polygon","coordinates":[[[113.531662,22.194736],[113.531372,22.201939],[113.532494,22.20583],[113.536102,22.211662],[113.545258,22.214439],[113.554428,22.21273],[113.556374,22.193607],[113.555817,22.186939],[113.552467,22.183052],[113.546097,22.184441],[113.531662,22.194736]]]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('mac.geo.json',NULL,'35e953d37572aa754ddf497b100e076b8e342404c66ff29cc8f220904897b5be',386,'json','utf-8','shape=GeoJSON feature collection',1,0,NULL);
COMMIT;
