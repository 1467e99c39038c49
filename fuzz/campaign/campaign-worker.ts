import { openTarget } from '../../targets/target/target-data.ts';
import { serveCampaign } from './serve-campaign.ts';

serveCampaign(openTarget);
