PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "simple_crlf" ("a" INTEGER, "b" INTEGER, "c" INTEGER);
INSERT INTO "simple_crlf" VALUES(1,2,3);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/simple_crlf.csv',NULL,'fe0afb18aea1a3b389fdf84827d7aa7615ad9296626fb75e83c072021a6a41a7',14,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
