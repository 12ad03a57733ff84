PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "nul" ("a" INTEGER, "b" TEXT);
INSERT INTO "nul" VALUES(1,CAST(x'780079' AS TEXT));
INSERT INTO "nul" VALUES(2,'z');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('nul.csv',NULL,'f52d2bbaf7d78aaab9863494b211b803a3046c4a72f672aba735c5b260909dbd',14,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
