PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "semicolon" ("name" TEXT, "betrag" TEXT);
INSERT INTO "semicolon" VALUES('Müller','1,50');
INSERT INTO "semicolon" VALUES('Meier','2');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('semicolon.csv',NULL,'3989df23f241b1519c1b8af36533e70ea19080836d1966652e33397a79ab0bed',34,'csv','windows-1252','delimiter=;; header=yes',2,0,'[{"code":"encoding-guessed","severity":"doubt","message":"the text is not UTF-8, and the encoding windows-1252 is a guess; next is ibm866","line":2,"byte":13,"count":1,"try":["--encoding","ibm866"]},{"code":"text-but-for","severity":"note","message":"the column would be REAL but for decimal commas","table":"semicolon","column":"betrag","row":1,"count":1,"example":"1,50","try":["--decimal","betrag=,"]}]');
COMMIT;
