PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "excel2" ("name" TEXT, "int" INTEGER, "real" REAL, "day" TEXT, "flag" INTEGER, "calc" REAL, "text" TEXT);
INSERT INTO "excel2" VALUES('Zürich',65001,0.14285714285714285,'1990-05-08',1,2.5,'yés');
INSERT INTO "excel2" VALUES('Zürich',65002,0.2857142857142857,'1990-05-09',0,5.0,'yés');
INSERT INTO "excel2" VALUES('Zürich',65003,0.42857142857142855,'1990-05-10',NULL,7.5,'yés');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('excel2.biff',NULL,'98faff6125331ab3fef8edb16566a50f3cdfddd6b6cbe470b5fa1cfeeddf58f9',603,'biff','windows-1252','sheet Sheet1=header in row 1; skip=0',3,0,'[{"code":"cell-error-n-a","severity":"note","message":"a cell with the error #N/A is NULL","sheet":"Sheet1","count":1,"example":"E4"}]');
COMMIT;
