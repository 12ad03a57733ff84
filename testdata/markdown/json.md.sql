PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "n" INTEGER, "list" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('json.md','JSON',9007199254740993,'[1,{"a":null}]','
Text
','<p>Text</p>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('json.md',NULL,'e32b63172e5d031a58c98c8e0ee8707484fd9cd70466d205e9442b100f1879d8',81,'markdown','utf-8','front matter=json',1,0,NULL);
COMMIT;
