PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "url" ("loc" TEXT, "lastmod" TEXT);
INSERT INTO "url" VALUES('http://a/','2024-01-01');
INSERT INTO "url" VALUES('http://b/',NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('sitemap.xml',NULL,'e10197422ab2f0e009fc7777f23e0e3ac567262c415a5871aa4440e17884fc33',161,'xml','utf-8','shape=elements of the root: url',2,0,NULL);
COMMIT;
