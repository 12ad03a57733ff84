PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "lines" ("a" INTEGER, "b" TEXT, "c" TEXT);
INSERT INTO "lines" VALUES(1,'x',NULL);
INSERT INTO "lines" VALUES(2,NULL,NULL);
INSERT INTO "lines" VALUES(NULL,NULL,'[1,2]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('lines.json',NULL,'9b0e50a7fcba8061aaf3d4de02caa7fff173e29c93c266dc704ba4e51082e078',37,'json','utf-8','shape=objects, one a line (NDJSON)',3,0,NULL);
COMMIT;
