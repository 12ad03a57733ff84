PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "SBNReport" ("CASH FIN SER GP" TEXT, "510" TEXT, "ORD" TEXT, "ORD_2" TEXT, "2011/07/29" TEXT, "1,350,000" TEXT, "1,350,000_2" TEXT, "HKD 0.18" TEXT, "HKD 0.18_2" TEXT, "HKD 0.18_3" TEXT, "HKD 0.176" TEXT, "HKD 239,046.00" TEXT, "HKD 239,046.00_2" TEXT, "HKD 239,046.00_3" TEXT, "HKD 239,046.00_4" TEXT, "Exchange" TEXT, "Exchange_2" TEXT, "Exchange_3" TEXT, "13,086,000" TEXT, "13,086,000_2" TEXT, "13,086,000_3" TEXT, "0.365" TEXT);
INSERT INTO "SBNReport" VALUES('HSBCDRAGON FUND','820','FUND',NULL,'2011/07/29','8,500',NULL,'HKD 7.9547',NULL,NULL,'-','-',NULL,NULL,NULL,'-',NULL,NULL,'-',NULL,NULL,'-');
INSERT INTO "SBNReport" VALUES('NET2GATHER','1049','ORD',NULL,'2011/07/29','588,000',NULL,'HKD 0.203',NULL,NULL,'HKD 0.199','HKD 118,056.00',NULL,NULL,NULL,'Exchange',NULL,NULL,'10,338,000',NULL,NULL,'0.302');
INSERT INTO "SBNReport" VALUES('SINO LAND','83','ORD',NULL,'2011/07/29','88,000',NULL,'HKD 13.26',NULL,NULL,'HKD 13.16','HKD 1,163,200.00',NULL,NULL,NULL,'Exchange',NULL,NULL,'9,190,000',NULL,NULL,'0.188');
INSERT INTO "SBNReport" VALUES('SINO PROSPER SG','766','ORD',NULL,'2011/07/29','2,460,000',NULL,'HKD 0.1976',NULL,NULL,'-','HKD 486,096.00',NULL,NULL,NULL,'Exchange',NULL,NULL,'12,010,000',NULL,NULL,'0.180');
INSERT INTO "SBNReport" VALUES('ZHONGAN REALEST','672','ORD',NULL,'2011/07/29','902,000',NULL,'HKD 1.43',NULL,NULL,'HKD 1.39','HKD 1,272,080.00',NULL,NULL,NULL,'Exchange',NULL,NULL,'9,511,000',NULL,NULL,'0.399');
CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, "column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT);
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',2,0,NULL,'above the table','Date Printed : 01/08/2011	Share Repurchase Report','A2:G2 of the sheet "SBNReport"');
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',3,0,NULL,'above the table','Trading Date (yyyy/mm/dd)	Purchase
Method	Number of such securities purchased on the Exchange in the Year to Date (since Ord. Resolution)	% of Issued Share Capital at Time Ord. Resolution Passed Acquired on the Exchange Since Date of Resolution','E3:U3 of the sheet "SBNReport"');
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',4,0,NULL,'above the table','Company	Stock
Code	Sec.
Type	Shares
Purchased	Unit or
Highest
Price ($)	Lowest
Unit
Price ($)	Total Paid
($)','A4:M4 of the sheet "SBNReport"');
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',5,0,NULL,'above the table','(a)','R5 of the sheet "SBNReport"');
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',18,0,NULL,'below the table','*** End Of Report ***','I18 of the sheet "SBNReport"');
INSERT INTO "_rejects" VALUES('labels.xls','SBNReport',20,0,NULL,'below the table','Whilst the Exchange has endeavoured to ensure that the information supplied to it is accurately reproduced in the above report, the Exchange does not accept any liability for any direct or consequential loss or damage arising from any inaccuracy or omission therein.','A20 of the sheet "SBNReport"');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('labels.xls',NULL,'02fd67a9aead66df88f1f1c57b24a34c9484d03d2eca96c2882de8af84edeb2b',15360,'xls',NULL,'sheet SBNReport=header in row 8',5,6,'[{"code":"above-the-table","severity":"note","message":"left out of the rows, and kept in the table _rejects: above the table","table":"SBNReport","line":2,"count":4,"example":"Date Printed : 01/08/2011\tShare Repurchase Report","rejected":true},{"code":"below-the-table","severity":"note","message":"left out of the rows, and kept in the table _rejects: below the table","table":"SBNReport","line":18,"count":2,"example":"*** End Of Report ***","rejected":true}]');
COMMIT;
