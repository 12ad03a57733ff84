PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "date" TEXT, "draft" INTEGER, "weight" INTEGER, "tags" TEXT, "author" TEXT, "links" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('hugo.md','Release notes','2024-02-29T12:00:00+01:00',0,16,'["a","b"]','{"name":"Zoë"}','[{"url":"https://example.org"}]','
Intro before any heading.

# A heading that is not the title
','<p>Intro before any heading.</p>
<h1>A heading that is not the title</h1>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('hugo.md',NULL,'fb2c1df6ff3a8550692aad5908ad48b8bd63354ce912d6fb17a0c7154b0665d1',234,'markdown','utf-8','front matter=toml',1,0,NULL);
COMMIT;
