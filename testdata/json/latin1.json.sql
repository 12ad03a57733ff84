PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "latin1" ("a" TEXT);
INSERT INTO "latin1" VALUES('café');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('latin1.json',NULL,'1888d7685ebf517d28acf0ebe2c494c97a242464ecedd4b7c039e43fac0e0f70',15,'json','windows-1252','shape=array of objects',1,0,'[{"code":"encoding-guessed","severity":"doubt","message":"the text is not UTF-8, and the encoding windows-1252 is a guess; next is macintosh","line":1,"byte":10,"count":1,"try":["--encoding","macintosh"]}]');
COMMIT;
