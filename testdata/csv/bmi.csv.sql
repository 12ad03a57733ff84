PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bmi" ("BMI" REAL, "w" INTEGER);
INSERT INTO "bmi" VALUES(22.5,70);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bmi.csv',NULL,'93228cb8ae9f097a4cb40134869396ccca09d86abb25c3d975a149fc6c953fb3',14,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
