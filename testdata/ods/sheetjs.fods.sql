PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "People" ("id", "Name" TEXT, "Day" TEXT, "Share" REAL, "Active" INTEGER, "Error" TEXT, "Sum" INTEGER, "Name_url" TEXT);
INSERT INTO "People" VALUES(1,'Zoë','2024-02-29T12:00:00.000Z',0.125,1,NULL,3,'https://example.org/zoe');
INSERT INTO "People" VALUES(2,'a  b
c','1999-12-31T12:00:00.000Z',1e-07,0,NULL,NULL,NULL);
INSERT INTO "People" VALUES('007','<&>',NULL,1.2345678901e+10,NULL,NULL,NULL,NULL);
CREATE TABLE "Hidden" ("not shown" TEXT);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('sheetjs.fods',NULL,'3c5da3fb98454b24535f217bc569befe7683cee5ea42300f13057ba8451e51cf',6560,'fods',NULL,'sheet People=header in row 1; sheet Hidden=header in row 1; skip=0',3,0,NULL);
COMMIT;
