PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "newlines_crlf" ("a" TEXT, "b" INTEGER, "c" INTEGER);
INSERT INTO "newlines_crlf" VALUES('1',2,3);
INSERT INTO "newlines_crlf" VALUES('Once upon 
a time',5,6);
INSERT INTO "newlines_crlf" VALUES('7',8,9);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/newlines_crlf.csv',NULL,'20e00691b31630d2413c3972d7ca63303ee51a178675bbccac99c5359a8c03b4',47,'csv','utf-8','delimiter=,; header=yes',3,0,NULL);
COMMIT;
