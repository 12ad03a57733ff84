PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "utf16" ("name" TEXT, "n" INTEGER);
INSERT INTO "utf16" VALUES('café',1);
INSERT INTO "utf16" VALUES('日本',2);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('utf16.csv',NULL,'c610407ce463cb7b1aff1e043a000fc8a45bd88f3536aad1c475e5d8f8fd9a5e',40,'csv','utf-16le','delimiter=,; header=yes',2,0,NULL);
COMMIT;
