PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "Results" ("Runner" TEXT, "Born" TEXT, "Run Start" TEXT, "Run Time" TEXT, "Best" TEXT, "Rank" REAL);
INSERT INTO "Results" VALUES('Ada','1990-02-28','2024-02-29T13:14:15','30:15:00',NULL,1.0);
INSERT INTO "Results" VALUES('Bo','1904-01-02','2024-03-01T00:00:00','00:45:01',NULL,2.0);
INSERT INTO "Results" VALUES('007',NULL,'06:30:00',NULL,NULL,3.5);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('openpyxl.xlsx',NULL,'e2294beb25032df797cf94ee39931d138cef8bab4797e6903a1ce5dca9ea3eb7',6096,'xlsx',NULL,'sheet Notes=left out; sheet Empty=left out; sheet Results=header in row 3; above the table in Results=Race results',3,0,'[{"code":"cell-errors","severity":"note","message":"cells with an error are NULL","sheet":"Results","count":1,"example":"#N/A 1"},{"code":"formulas-without-result","severity":"note","message":"formulas without a stored result are NULL: open the workbook in a spreadsheet program and save it, so that they are calculated","sheet":"Results","count":2}]');
COMMIT;
