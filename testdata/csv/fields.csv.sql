PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "fields" ("ts" REAL, "uid" TEXT, "port" INTEGER);
INSERT INTO "fields" VALUES(1.7000000005e+09,'Ca1"',80);
INSERT INTO "fields" VALUES(1.7000000015e+09,'Cb2',443);
CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, "column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT);
INSERT INTO "_rejects" VALUES('fields.csv','fields',7,113,NULL,'comment','#close	2024-01-01','it begins with #');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('fields.csv',NULL,'e98c3bfed25644d4770847da064aa2fb241d32259dd0d7e621e08dc7a31ee3a3',131,'csv','utf-8','quote=none; delimiter=	; skip=4; preamble=#separator \x09
#path	conn
#fields	ts	uid	port
#types	time	string	port; fields=ts uid port',2,1,'[{"code":"preamble","severity":"note","message":"lines before the table are none of its rows, and are kept in the table of sources","line":1,"count":4,"example":"#separator \\x09"},{"code":"comment","severity":"note","message":"left out of the rows, and kept in the table _rejects: comment","table":"fields","line":7,"byte":113,"count":1,"example":"#close\t2024-01-01","rejected":true}]');
COMMIT;
