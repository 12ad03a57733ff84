PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "documents" ("path" TEXT, "title" TEXT, "text" TEXT, "html" TEXT);
INSERT INTO "documents" VALUES('unsafe.md',NULL,'<h1 onclick="alert(1)">Raw <b>HTML</b></h1>

[link](javascript:alert(1)) ![x](data:text/html;base64,PHNjcmlwdD4=)
<iframe src="https://example.org"></iframe>

<details><summary>More</summary>hidden</details>

<a href="https://example.org" style="position:fixed" target="_blank">a</a>
','<h1>Raw <b>HTML</b></h1>
<p>link <img alt="x"></p>

<details><summary>More</summary>hidden</details>
<p><a href="https://example.org" rel="nofollow">a</a></p>
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('unsafe.md',NULL,'7d0adc64a5d9c4f70f04ccbaef674d2a69feaede6748a5caf0ddb6fb6cf02881',284,'markdown','utf-8',NULL,1,0,NULL);
COMMIT;
