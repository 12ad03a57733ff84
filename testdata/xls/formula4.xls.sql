PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "Sheet 1 - Table 1 - Table 1 - T" ("Sum of Numbers" INTEGER, "Max of Numbers" INTEGER, "Dates?" TEXT);
INSERT INTO "Sheet 1 - Table 1 - Table 1 - T" VALUES(1,1,'2009-01-01');
INSERT INTO "Sheet 1 - Table 1 - Table 1 - T" VALUES(2,2,'2009-01-02');
INSERT INTO "Sheet 1 - Table 1 - Table 1 - T" VALUES(3,2,'2009-01-02');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('formula4.xls',NULL,'3e6fb4bc9d5133a98645b6c728a0148ffc75fbd3a321329954bc2b5ecce9415a',8704,'xls',NULL,'sheet Sheet 1 - Table 1 - Table 1 - T=header in row 1; skip=0',3,0,NULL);
COMMIT;
