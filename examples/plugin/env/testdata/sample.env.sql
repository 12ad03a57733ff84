PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "settings" ("name" TEXT, "value" TEXT);
INSERT INTO "settings" VALUES('HOST','localhost');
INSERT INTO "settings" VALUES('PORT','8001');
INSERT INTO "settings" VALUES('EMPTY',NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('sample.env',NULL,'4d6586ee3ec018c35a14b74ae4d67c409da8c90bd8f58e1bf16db0786e087788',52,'env',NULL,NULL,3,0,NULL);
COMMIT;
