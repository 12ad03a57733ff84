PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "empty_crlf" ("a" INTEGER, "b" INTEGER, "c" INTEGER);
INSERT INTO "empty_crlf" VALUES(1,NULL,NULL);
INSERT INTO "empty_crlf" VALUES(2,3,4);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/empty_crlf.csv',NULL,'c9ef9588cef5c3e7045d99ebdd24726f06d080e04029078823e81cf9e77fe324',21,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
