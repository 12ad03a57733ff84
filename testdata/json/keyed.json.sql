PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "keyed" ("_key" TEXT, "inhabitants" INTEGER, "river" TEXT);
INSERT INTO "keyed" VALUES('bern',134794,'Aare');
INSERT INTO "keyed" VALUES('basel',173863,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('keyed.json',NULL,'801afd590c3ad2ff5958d44d18be92c6030ade78286eec09e7107a223dfd5034',78,'json','utf-8','shape=object of objects',2,0,NULL);
COMMIT;
