PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('ORIGIN.md','Where these documents come from','# Where these documents come from

This file is one of them. goldmark-readme.md is README.md of github.com/yuin/goldmark v1.8.7,
© Yusuke Inui, MIT. The others are ours, written by hand.
','<h1>Where these documents come from</h1>
<p>This file is one of them. goldmark-readme.md is README.md of github.com/yuin/goldmark v1.8.7,
© Yusuke Inui, MIT. The others are ours, written by hand.</p>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('ORIGIN.md',NULL,'639b8d2b5faf4301b2296179ab661fe97dabf900aeaf1b0a531a00a71e9ffc94',188,'markdown','utf-8',NULL,1,0,NULL);
COMMIT;
