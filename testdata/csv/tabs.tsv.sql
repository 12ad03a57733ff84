PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "tabs" ("a" INTEGER, "b" TEXT);
INSERT INTO "tabs" VALUES(1,'x, "y"');
INSERT INTO "tabs" VALUES(2,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('tabs.tsv',NULL,'0304e4c2759ef2eac433fd8772a123c9d243f82694694b522c346e84f4ec2ac9',16,'tsv','utf-8','delimiter=	; header=yes',2,0,NULL);
COMMIT;
