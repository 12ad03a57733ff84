PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "utf8" ("a" INTEGER, "b" INTEGER, "c" TEXT);
INSERT INTO "utf8" VALUES(1,2,'3');
INSERT INTO "utf8" VALUES(4,5,'ʤ');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/utf8.csv',NULL,'a447760d8150d2113d66002a62d1d1cb8f9d390c4c5af6cf2d0ee50b28a8b217',18,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
