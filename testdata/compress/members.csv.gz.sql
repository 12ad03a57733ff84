PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "members" ("id" INTEGER, "name" TEXT);
INSERT INTO "members" VALUES(1,'Zoë');
INSERT INTO "members" VALUES(2,'a,b');
INSERT INTO "members" VALUES(3,'more');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('members.csv.gz',NULL,'8a8cd8b5bdbf52934e09445ca62bd2e3efdb56c3b226350f62da9868d9f4581f',70,'gzip','utf-8','compression=gzip; format=csv; delimiter=,; header=yes',3,0,NULL);
COMMIT;
