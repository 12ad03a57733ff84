PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('windows-1252.markdown','Café','# Café

Costs 5 €
','<h1>Café</h1>
<p>Costs 5 €</p>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('windows-1252.markdown',NULL,'d02fe1d97f6414f7b57b6baa8e1175a13fc044c3196452e04ff2051e00e45fd9',18,'markdown','windows-1252',NULL,1,0,'[{"code":"encoding-guessed","severity":"doubt","message":"the text is not UTF-8, and the encoding windows-1252 is a guess; next is macintosh","line":1,"byte":5,"count":1,"try":["--encoding","macintosh"]}]');
COMMIT;
