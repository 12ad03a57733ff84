PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('plain.md',NULL,'No heading, no front matter.
Two lines.
','<p>No heading, no front matter.
Two lines.</p>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('plain.md',NULL,'74f5e4e7a60067ca8dafc9bb28631b5da74029e13339f13639631e49aba9d22b',42,'markdown','utf-8',NULL,1,0,NULL);
COMMIT;
