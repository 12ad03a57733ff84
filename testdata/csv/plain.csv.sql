PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "plain" ("id" INTEGER, "name" TEXT, "zip" TEXT, "price" REAL, "when" TEXT);
INSERT INTO "plain" VALUES(1,'Ada Lovelace','00501',1.1,'1815-12-10');
INSERT INTO "plain" VALUES(2,'Hopper, Grace','10001',20.0,'1906-12-09');
INSERT INTO "plain" VALUES(3,NULL,'94105',NULL,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('plain.csv',NULL,'ad92b27d20bc33a7d409069705a4ffdeca50fea272a62db26d06d28a1664a4ed',109,'csv','utf-8','delimiter=,; header=yes',3,0,NULL);
COMMIT;
