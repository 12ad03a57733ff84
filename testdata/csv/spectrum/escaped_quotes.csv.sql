PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "escaped_quotes" ("a" INTEGER, "b" TEXT);
INSERT INTO "escaped_quotes" VALUES(1,'ha "ha" ha');
INSERT INTO "escaped_quotes" VALUES(3,'4');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/escaped_quotes.csv',NULL,'a0d378e3045aefd50a6eacb40d8ab488a2f3cadcbb79f1cfd727eba95bbb0ca3',25,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
