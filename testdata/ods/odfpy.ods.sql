PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "Stock" ("Item" TEXT, "Price" REAL, "Price_2" INTEGER, "Share" REAL, "Opened" TEXT, "For" TEXT, "Page" TEXT, "Page_url" TEXT);
INSERT INTO "Stock" VALUES('screws',12.5,1,0.12,'2024-02-29T13:14:15.25','30:15:00','see here','https://example.org/screws');
INSERT INTO "Stock" VALUES('long   nails	in
boxes
of 100',2.0,2,1.0,'1870-01-01','00:45:00',NULL,NULL);
INSERT INTO "Stock" VALUES('glue',7.0,7,7.0,'','',NULL,NULL);
INSERT INTO "Stock" VALUES('glue',7.0,7,7.0,'','',NULL,NULL);
INSERT INTO "Stock" VALUES('glue',7.0,7,7.0,'','',NULL,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('odfpy.ods',NULL,'26f33bcb8bc6c6890050266ceaa5ec0758f680c9ac9204f7540ad21f074e6266',2253,'ods',NULL,'sheet Secret=left out; sheet Stock=header in row 1',5,0,'[{"code":"columns-hidden","severity":"note","message":"a hidden column is published like the others","sheet":"Stock","count":1,"example":"Price","try":["--skip-hidden"]},{"code":"rows-hidden","severity":"note","message":"a hidden row is published like the others","sheet":"Stock","count":1,"example":"row 3","try":["--skip-hidden"]},{"code":"sheet-hidden","severity":"note","message":"a hidden sheet is left out","sheet":"Secret","count":1,"try":["--sheet","Secret"]}]');
COMMIT;
