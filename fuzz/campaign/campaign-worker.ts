import { openTarget } from '../../targets/target/target-source.ts';
import { serveCampaign } from './serve-campaign.ts';

serveCampaign(openTarget);
