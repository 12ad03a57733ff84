PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "stations" ("_key" TEXT, "opened" INTEGER, "lat" REAL, "tracks" TEXT, "electrified" TEXT);
INSERT INTO "stations" VALUES('Bergen',1883,60.39,'[1,2,3]',NULL);
INSERT INTO "stations" VALUES('Oslo S',1980,59.911,NULL,NULL);
INSERT INTO "stations" VALUES('Bodø',1962,NULL,NULL,'no');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('stations.yml',NULL,'1f61788e6a8e760709b2ed95ef1669c9f87bec7caa2a3f168fd362efcaa60292',156,'yaml','utf-8','shape=object of objects',3,0,NULL);
COMMIT;
