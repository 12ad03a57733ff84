PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "python-clipper" ("NAME" TEXT, "N" REAL);
INSERT INTO "python-clipper" VALUES('éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé',1.25);
INSERT INTO "python-clipper" VALUES('short',NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('python-clipper.dbf',NULL,'87f75d9e15fd1cff378679b82daaf9ed957390b613a1ade14fbfcfbe61becadb',710,'dbf','cp437',NULL,2,0,NULL);
COMMIT;
