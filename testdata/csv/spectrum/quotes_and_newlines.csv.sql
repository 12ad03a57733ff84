PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "quotes_and_newlines" ("a" INTEGER, "b" TEXT);
INSERT INTO "quotes_and_newlines" VALUES(1,'ha 
"ha" 
ha');
INSERT INTO "quotes_and_newlines" VALUES(3,'4');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/quotes_and_newlines.csv',NULL,'f4d99e9a37ab4e7384c494f75a1f252e5e13efed0b7de0dc00050f3517930c2f',27,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
