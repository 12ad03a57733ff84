PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "several" ("a" INTEGER, "b" TEXT);
INSERT INTO "several" VALUES(1,'x||y');
INSERT INTO "several" VALUES(2,'z');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('several.csv',NULL,'1ad9c08c05406031b1242a969d39c91680600a79f50d0a5f8136dc29fd92cf3a',27,'csv','utf-8','newline=CR CR LF; delimiter=||; header=yes',2,0,'[{"code":"padding","severity":"note","message":"NULs and ^Z behind the text only pad it, and are left out","count":1}]');
COMMIT;
