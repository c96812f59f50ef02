// Generated from schemas/sdl/shared.graphql by src/generate.ts. Do not edit.
export const labels = {
  "Facility": {
    "record": {
      "group": "FACILITY",
      "class": "PUBLIC"
    },
    "fields": {}
  },
  "Port": {
    "record": {
      "group": "FACILITY",
      "class": "PUBLIC"
    },
    "fields": {}
  },
  "Terminal": {
    "record": {
      "group": "FACILITY",
      "class": "PUBLIC"
    },
    "fields": {
      "yardDensityPercent": {
        "group": "PORT_KPI",
        "class": "GENERAL"
      }
    }
  },
  "BorderCrossing": {
    "record": {
      "group": "FACILITY",
      "class": "PUBLIC"
    },
    "fields": {
      "queueLength": {
        "group": "PORT_KPI",
        "class": "GENERAL"
      }
    }
  },
  "TransportCall": {
    "record": {
      "group": "SCHEDULE",
      "class": "GENERAL"
    },
    "fields": {}
  },
  "VesselCall": {
    "record": {
      "group": "SCHEDULE",
      "class": "GENERAL"
    },
    "fields": {}
  },
  "TrainCall": {
    "record": {
      "group": "SCHEDULE",
      "class": "GENERAL"
    },
    "fields": {}
  },
  "TruckCall": {
    "record": {
      "group": "SCHEDULE",
      "class": "GENERAL"
    },
    "fields": {
      "vehicleRegistrationNumber": {
        "group": "DRIVER",
        "class": "PERSONAL"
      }
    }
  },
  "ConsignmentRecord": {
    "record": {
      "group": "CONSIGNMENT",
      "class": "GENERAL"
    },
    "fields": {
      "uniqueConsignmentReference": {
        "group": "REFERENCES",
        "class": "COMMERCIAL"
      },
      "transportDocumentReference": {
        "group": "REFERENCES",
        "class": "COMMERCIAL"
      },
      "carrierBookingReference": {
        "group": "REFERENCES",
        "class": "COMMERCIAL"
      },
      "numberOfPackages": {
        "group": "QUANTITY",
        "class": "GENERAL"
      },
      "cargoGrossWeight": {
        "group": "QUANTITY",
        "class": "GENERAL"
      },
      "descriptionOfGoods": {
        "group": "GOODS",
        "class": "COMMERCIAL"
      },
      "HSCode": {
        "group": "GOODS",
        "class": "COMMERCIAL"
      },
      "dangerousGoodsClass": {
        "group": "DANGEROUS_GOODS",
        "class": "GENERAL"
      },
      "consignor": {
        "group": "PARTIES",
        "class": "COMMERCIAL"
      },
      "consignee": {
        "group": "PARTIES",
        "class": "COMMERCIAL"
      },
      "declaredValue": {
        "group": "VALUE",
        "class": "COMMERCIAL"
      }
    }
  },
  "EquipmentRecord": {
    "record": {
      "group": "EQUIPMENT",
      "class": "GENERAL"
    },
    "fields": {
      "seals": {
        "group": "SEAL",
        "class": "GENERAL"
      },
      "cargoGrossWeight": {
        "group": "QUANTITY",
        "class": "GENERAL"
      }
    }
  },
  "Milestone": {
    "record": {
      "group": "EVENT",
      "class": "GENERAL"
    },
    "fields": {}
  },
  "EquipmentEvent": {
    "record": {
      "group": "EVENT",
      "class": "GENERAL"
    },
    "fields": {
      "equipmentReference": {
        "group": "EQUIPMENT",
        "class": "GENERAL"
      }
    }
  },
  "TransportEvent": {
    "record": {
      "group": "EVENT",
      "class": "GENERAL"
    },
    "fields": {}
  },
  "ShipmentEvent": {
    "record": {
      "group": "EVENT",
      "class": "GENERAL"
    },
    "fields": {
      "documentID": {
        "group": "REFERENCES",
        "class": "COMMERCIAL"
      }
    }
  },
  "TransportDocument": {
    "record": {
      "group": "DOCUMENT",
      "class": "GENERAL"
    },
    "fields": {
      "transportDocumentReference": {
        "group": "REFERENCES",
        "class": "COMMERCIAL"
      },
      "contentURL": {
        "group": "DOCUMENT_CONTENT",
        "class": "COMMERCIAL"
      }
    }
  },
  "AccessLogEntry": {
    "record": {
      "group": "ACCESS_LOG",
      "class": "COMMERCIAL"
    },
    "fields": {}
  },
  "PartyProfile": {
    "record": {
      "group": "PARTY",
      "class": "PUBLIC"
    },
    "fields": {}
  }
} as const;
