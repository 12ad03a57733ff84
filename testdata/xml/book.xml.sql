PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "book" ("lang" TEXT, "isbn" TEXT, "title" TEXT, "publisher" TEXT, "abstract" TEXT, "out" TEXT);
INSERT INTO "book" VALUES('en','0-00-000000-0','A title','Some & Sons','<p>First <b>bold</b> &lt; last.</p>','');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('book.xml',NULL,'edf4b7714c72258295c43cfbe6a394c74051fcca6d7ecc87097602d2b8c4d63b',363,'xml','utf-8','shape=one element',1,0,NULL);
COMMIT;
