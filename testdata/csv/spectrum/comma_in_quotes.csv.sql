PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "comma_in_quotes" ("first" TEXT, "last" TEXT, "address" TEXT, "city" TEXT, "zip" TEXT);
INSERT INTO "comma_in_quotes" VALUES('John','Doe','120 any st.','Anytown, WW','08123');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/comma_in_quotes.csv',NULL,'f7654bf8e69586c8fe7f7f89392d2ed551be0e468e7101187bb482357d9a7815',68,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
