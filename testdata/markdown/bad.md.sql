PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "author" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('bad.md','[not closed','x','
# Found in the body
','<h1>Found in the body</h1>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bad.md',NULL,'29afe2c346ce58b4c948dd0f05b76de364ae6c7badeab95f79439f0d072ca19f',58,'markdown','utf-8','front matter=yaml',1,0,'[{"code":"front-matter-lines","severity":"doubt","message":"the front matter is no YAML, and was read as a key and the rest of its line","count":1,"example":"line 3: did not find expected '','' or '']'', while parsing a flow sequence from line 2 on"}]');
COMMIT;
