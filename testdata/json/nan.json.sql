PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "nan" ("a" INTEGER);
INSERT INTO "nan" VALUES(1);
INSERT INTO "nan" VALUES(NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('nan.json',NULL,'51cbbea0feaef69201dd57834412424f28b9105ead84e1c63816b5a5f84ea6d4',20,'json','utf-8','shape=array of objects',2,0,'[{"code":"nan","severity":"note","message":"NaN, which JSON does not have, is NULL","table":"nan","column":"a","line":1,"byte":14,"count":1,"example":"NaN"}]');
COMMIT;
