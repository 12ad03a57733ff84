PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "python-vfp" ("NAME" TEXT, "I" INTEGER, "B" REAL, "Y" REAL, "T" TEXT, "D" TEXT, "L" INTEGER, "M" TEXT, "RAW");
INSERT INTO "python-vfp" VALUES('Мир',-2000000000,0.1,1.2345678901e+06,'2024-02-29T13:14:15','2024-02-29',1,'заметка',x'00ff1020');
INSERT INTO "python-vfp" VALUES(NULL,2000000000,-1e+300,-0.01,NULL,NULL,NULL,'','abc');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('python-vfp.dbf',NULL,'913784f39f087dcb8a7291f95aa6ddbf38693792a34f9b2ef2dfb3f69b5e7d16',732,'dbf','windows-1251',NULL,2,0,NULL);
COMMIT;
