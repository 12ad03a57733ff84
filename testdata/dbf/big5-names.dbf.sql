PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "big5-names" ("畜主姓名" TEXT, "電話" TEXT, "地址" TEXT, "微晶片號碼" TEXT, "狂犬病牌號" TEXT, "犬名" TEXT, "品種" TEXT, "性別" TEXT, "出生日期" TEXT, "登入日期" TEXT);
INSERT INTO "big5-names" VALUES('徐','292','台北縣永和','00013','87A','小小','約克夏','公','1991-04-16','1998-04-28');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('big5-names.dbf',NULL,'beab8fd36f0de9677ad5c831f68c2f41ddd2fa7ee5a612177ea82f8d812ff39f',594,'dbf','big5',NULL,1,0,'[{"code":"encoding-guessed","severity":"doubt","message":"the texts are not UTF-8, so that the encoding big5 is a guess; next is macintosh","count":1,"try":["--encoding","macintosh"]},{"code":"records-deleted","severity":"note","message":"a record that is marked as deleted is left out","count":1,"try":["--deleted"]}]');
COMMIT;
